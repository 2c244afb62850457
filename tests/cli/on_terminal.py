#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""on_terminal.py COLUMNS COMMAND...: runs COMMAND with standard error on a
terminal of that width, and writes to standard output what the terminal got, with
escape as ESC, carriage return as CR and a new line."""

import fcntl
import os
import struct
import sys
import termios

columns = int(sys.argv[1])
master, slave = os.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
child = os.fork()
if child == 0:
    os.close(master)
    os.dup2(slave, 2)
    null = os.open("/dev/null", os.O_WRONLY)
    os.dup2(null, 1)
    os.execvp(sys.argv[2], sys.argv[2:])
os.close(slave)
got = b""
while True:
    try:
        piece = os.read(master, 65536)
    except OSError:
        break
    if not piece:
        break
    got += piece
_, status = os.waitpid(child, 0)
text = got.decode().replace("\r\n", "\n").replace("\033", "ESC").replace("\r", "CR\n")
sys.stdout.write(text)
sys.exit(os.waitstatus_to_exitcode(status))
