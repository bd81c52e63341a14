"""A Modbus master on Debian's pymodbus: one JSON request a line on stdin, one JSON answer a line on stdout.

It decodes with pymodbus's own payload decoder, so that nothing of what is tested here is shared with Mesoline.
"""
import json
import sys
from unittest.mock import MagicMock

# Debian only recommends what pymodbus's serial clients need, but its TCP client imports those too.
for absent in ('serial', 'serial_asyncio'):
    try:
        __import__(absent)
    except ImportError:
        sys.modules[absent] = MagicMock()

from pymodbus.client import ModbusTcpClient
from pymodbus.constants import Endian
from pymodbus.payload import BinaryPayloadDecoder, BinaryPayloadBuilder

ORDERS = {'ABCD': (Endian.Big, Endian.Big), 'CDAB': (Endian.Big, Endian.Little)}
DECODE = {
    'uint16': lambda payload: payload.decode_16bit_uint(),
    'int16': lambda payload: payload.decode_16bit_int(),
    'uint32': lambda payload: payload.decode_32bit_uint(),
    'float32': lambda payload: payload.decode_32bit_float(),
    'float64': lambda payload: payload.decode_64bit_float(),
}
LENGTH = {'uint16': 1, 'int16': 1, 'uint32': 2, 'float32': 2, 'float64': 4}


def answer(client, request):
    address, kind = request['at'], request.get('type', 'uint16')
    byte_order, word_order = ORDERS[request.get('order', 'ABCD')]
    if 'value' in request:
        if kind == 'uint16':
            reply = client.write_register(address, request['value'], slave=1)
        else:
            builder = BinaryPayloadBuilder(byteorder=byte_order, wordorder=word_order)
            builder.add_32bit_float(request['value'])
            reply = client.write_registers(address, builder.to_registers(), slave=1)
        return {'exception': reply.exception_code} if reply.isError() else {'written': True}
    read = client.read_holding_registers if request['area'] == 'holding' else client.read_input_registers
    reply = read(address, request.get('count', LENGTH[kind]), slave=1)
    if reply.isError():
        return {'exception': reply.exception_code}
    payload = BinaryPayloadDecoder.fromRegisters(reply.registers, byteorder=byte_order, wordorder=word_order)
    return {'value': DECODE[kind](payload)}


def main():
    client = ModbusTcpClient('127.0.0.1', port=int(sys.argv[1]), timeout=5)
    if not client.connect():
        sys.exit('no connection')
    for line in sys.stdin:
        print(json.dumps(answer(client, json.loads(line))), flush=True)
    client.close()


main()
