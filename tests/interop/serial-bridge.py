"""A serial port without a wire: its other end is a TCP connection. Says the port's path, then carries bytes both ways."""

import os
import pty
import socket
import sys
import threading
import tty

ours, theirs = pty.openpty()
tty.setraw(ours)
tty.setraw(theirs)
peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print(os.ttyname(theirs), flush=True)


def upwards() -> None:
    while True:
        peer.sendall(os.read(ours, 1024))


threading.Thread(target=upwards, daemon=True).start()
while True:
    received = peer.recv(1024)
    if not received:
        break
    os.write(ours, received)
