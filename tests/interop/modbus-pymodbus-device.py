"""A Modbus device on Debian's pymodbus: every data type in every word order, laid out by pymodbus's own payload builder.

argv: tcp|rtu port. Says one JSON line: the points with where they lie and what they hold.
"""
import asyncio
import json
import struct
import sys
from unittest.mock import MagicMock

# Debian only recommends what pymodbus's serial side needs, but its server imports it too.
for absent in ('serial', 'serial_asyncio'):
    try:
        __import__(absent)
    except ImportError:
        sys.modules[absent] = MagicMock()

from pymodbus.constants import Endian
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.server import StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

ORDERS = {
    'ABCD': (Endian.Big, Endian.Big),
    'CDAB': (Endian.Big, Endian.Little),
    'BADC': (Endian.Little, Endian.Big),
    'DCBA': (Endian.Little, Endian.Little),
}


def bcd(value):
    return int(str(value), 16)


VALUES = [
    ('uint16', 'add_16bit_uint', [0, 4660, 65535], int),
    ('int16', 'add_16bit_int', [-32768, -2, 4660], int),
    ('uint32', 'add_32bit_uint', [0x12345678, 4294967295], int),
    ('int32', 'add_32bit_int', [-2147483648, -3, 0x12345678], int),
    ('uint64', 'add_64bit_uint', [0x0001020304050607, 9007199254740991], int),
    ('int64', 'add_64bit_int', [-9007199254740991, -5], int),
    ('float32', 'add_32bit_float', [158.25, -0.0009765625, 3.4028234663852886e38], float),
    ('float64', 'add_64bit_float', [158.3, -1e-300, 0.1], float),
    ('bcd16', 'add_16bit_uint', [0, 1234, 9999], bcd),
    ('bcd32', 'add_32bit_uint', [12345678, 99999999], bcd),
]


def layout():
    registers, points = [], []

    def place(name, kind, order, words, value):
        points.append({'name': name, 'type': kind, 'order': order, 'at': len(registers), 'value': value, 'length': len(words)})
        registers.extend(words)

    for order, (byte_order, word_order) in ORDERS.items():
        for kind, add, values, raw in VALUES:
            for number, value in enumerate(values):
                builder = BinaryPayloadBuilder(byteorder=byte_order, wordorder=word_order)
                getattr(builder, add)(raw(value))
                place(f'{kind}.{order}.{number}', kind, order, builder.to_registers(), value)
        swap = '<' if order in ('BADC', 'DCBA') else '>'
        text = 'Cd-Se 17'
        words = [struct.unpack(swap + 'H', text[at:at + 2].encode())[0] for at in range(0, len(text), 2)]
        place(f'string.{order}', 'string', order, words, text)
    return registers, points


async def main():
    framing, port = sys.argv[1], int(sys.argv[2])
    registers, points = layout()
    bits = [True, False, True, True, False, False, False, True, True, False]
    slave = ModbusSlaveContext(
        hr=ModbusSequentialDataBlock(0, registers + [0] * 64),
        ir=ModbusSequentialDataBlock(0, registers + [0] * 64),
        co=ModbusSequentialDataBlock(0, bits + [False] * 64),
        di=ModbusSequentialDataBlock(0, bits + [False] * 64),
        zero_mode=True,
    )
    identity = ModbusDeviceIdentification()
    identity.VendorName, identity.ProductCode, identity.MajorMinorRevision = 'pymodbus', 'PM', '3.0'
    framer = ModbusRtuFramer if framing == 'rtu' else ModbusSocketFramer
    context = ModbusServerContext(slaves={1: slave, 2: slave}, single=False)
    print(json.dumps({'points': points, 'bits': bits, 'free': len(registers)}), flush=True)
    await StartAsyncTcpServer(context=context, identity=identity, framer=framer, address=('127.0.0.1', port))


asyncio.run(main())
