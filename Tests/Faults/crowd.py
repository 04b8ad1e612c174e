"""Opens connections to a server on loopback and holds them: crowd.py PORT idle|slow|unread|pipelined COUNT.

Prints how many it could open, and, once its input has ended, how many are still open.
"""
import select
import socket
import sys
import threading
import time

port, kind, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
LARGE = b"GET /media?currentPage=1&pageSize=1000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
SLOW = b"POST /watch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 600\r\nX: " + b"a" * 500
sockets = []
end = time.monotonic() + 20
for number in range(count):
    if time.monotonic() > end:
        break
    opened = socket.socket()
    if kind in ("unread", "pipelined"):
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    opened.settimeout(5)
    try:
        opened.connect(("127.0.0.1", port))
        if kind == "unread":
            opened.sendall(LARGE)
        elif kind == "pipelined":
            opened.sendall(LARGE * 20)
        elif kind == "slow":
            opened.sendall(SLOW[:20])
    except OSError:
        pass
    opened.setblocking(False)
    sockets.append(opened)
print(len(sockets), flush=True)


def drip():
    for at in range(20, len(SLOW)):
        for opened in sockets:
            try:
                opened.send(SLOW[at:at + 1])
            except OSError:
                pass
        time.sleep(1)


if kind == "slow":
    threading.Thread(target=drip, daemon=True).start()
sys.stdin.read()
still = 0
for opened in sockets:
    try:
        still += opened.recv(1) != b""
    except BlockingIOError:
        still += 1
    except OSError:
        pass
print(still, flush=True)
