"""A serial line of this machine's own: a pseudo terminal whose bytes go to a TCP port and back. argv: port. Says its path."""
import os
import pty
import selectors
import socket
import sys
import tty

master, slave = pty.openpty()
tty.setraw(master)
tty.setraw(slave)
far = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
print(os.ttyname(slave), flush=True)
selector = selectors.DefaultSelector()
selector.register(master, selectors.EVENT_READ, lambda: far.sendall(os.read(master, 512)))
selector.register(far, selectors.EVENT_READ, lambda: os.write(master, far.recv(512)))
while True:
    for key, _ in selector.select():
        key.data()
