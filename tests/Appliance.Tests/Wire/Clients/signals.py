"""Signals at every moment: signals.py start|end|run SERVER WWW [OPTION...]

start  signals that end nothing, one upon another from the program's first line until it answers
end    SIGTERM, SIGINT and SIGQUIT after so many moments of the start, and then while it drains
run    every signal that does not end a server, while it serves, reads its content and drains
Prints a line for all that is not as README.md says, and "ok"."""
import os, signal, socket, subprocess, sys, time

WHAT, SERVER, WWW = sys.argv[1:4]
OPTIONS = sys.argv[4:]
NONE = [signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE, signal.SIGCHLD, signal.SIGWINCH,
        signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGIO, signal.SIGPWR, signal.SIGXFSZ,
        signal.SIGXCPU, signal.SIGCONT, signal.SIGURG, 40, 64]
END = [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT]
FAULTS = []


def fault(text):
    FAULTS.append(text)
    print(text, flush=True)


def heed():
    """a shell's command in the background has SIGINT and SIGQUIT ignored, and so would the server"""
    for number in END:
        signal.signal(number, signal.SIG_DFL)


class Server:
    def __init__(self, *options):
        self.log = open('signals.log', 'w+')
        self.process = subprocess.Popen([SERVER, 'serve', WWW, *OPTIONS, *options], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, preexec_fn=heed)

    def masks(self):
        try:
            with open('/proc/%d/status' % self.process.pid) as f:
                return {k[:-1]: int(v, 16) for k, v in (x.split() for x in f if x[:3] == 'Sig' and x[3] != 'Q')}
        except (OSError, ValueError):
            return {}

    def begun(self, limit=60):
        """waits until the program has said what signals do, SIGHUP last: earlier it is any process"""
        end, bit = time.time() + limit, 1 << (signal.SIGHUP - 1)
        while time.time() < end and self.process.poll() is None:
            m = self.masks()
            if m and (m['SigIgn'] | m['SigCgt']) & bit:
                return
            time.sleep(.002)

    def send(self, number):
        if self.process.poll() is None:
            os.kill(self.process.pid, number)

    def answers(self, limit=60):
        end = time.time() + limit
        while time.time() < end and self.process.poll() is None:
            if get('/index.html'):
                return True
            time.sleep(.02)
        return False

    def said(self):
        self.log.flush()
        with open('signals.log') as f:
            return f.read()

    def ended(self, limit=30):
        try:
            return self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return 'not within %d s' % limit

    def check(self, what, right):
        status = self.ended()
        said = self.said()
        if status not in right:
            fault('%s: status %s, and not %s: %s' % (what, status, right, said))
        if '   at ' in said or 'Unhandled' in said:
            fault('%s: a trace: %s' % (what, said))
        if os.path.exists('/sys/class/net/straightwire'):
            fault('%s: the TAP is left' % what)


def get(path, keep=False):
    s = socket.socket()
    try:
        s.settimeout(1)
        s.connect(('198.18.0.2', 80))
        s.sendall(b'GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n' % (path.encode(), b'' if keep else b'Connection: close\r\n'))
        answer = s.recv(200).startswith(b'HTTP/1.1 200')
        return s if answer and keep else answer
    except OSError:
        return False
    finally:
        if not keep:
            s.close()


def start():
    # By SIGHUP it is seen that the program has begun: under nohup it would be ignored from the start.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    # All of them from the first moment that the program itself decides, until it answers.
    server, sent = Server(), 0
    server.begun()
    while server.process.poll() is None and not get('/index.html'):
        for number in NONE:
            server.send(number)
            sent += 1
        time.sleep(.003)
    if not server.answers():
        fault('a start under %d signals: %s, %s' % (sent, server.process.poll(), server.said()))
    server.send(signal.SIGTERM)
    server.check('SIGTERM after a start under signals', [0])


def end():
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    # The kernel ends an image that serves nothing yet, by the signal; a later one says that it is ended.
    for number in END:
        for i in range(int(os.environ.get('MOMENTS', '6' if number == signal.SIGTERM else '2'))):
            server = Server('--set', 'server.drainTimeout=2s')
            server.begun()
            time.sleep(i * .1)
            server.send(number)
            server.check('%s at moment %d of the start' % (number.name, i), [0, -number])
    for number in END:
        server = Server('--set', 'server.drainTimeout=20s')
        server.answers()
        held = get('/large.bin', keep=True)
        server.send(number)
        time.sleep(.3)
        server.send(signal.SIGHUP)
        time.sleep(.1)
        if server.process.poll() is not None:
            fault('%s does not drain: %s' % (number.name, server.said()))
        began = time.time()
        server.send(number)
        server.check('%s twice' % number.name, [128 + number])
        if time.time() - began > 5:
            fault('the second %s ends nothing at once' % number.name)
        if server.said().count('Content generation') > 1:
            fault('SIGHUP reads content while the server drains')
        held.close()


def run():
    # As nohup starts it: what a parent ignores is answered nevertheless.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    server = Server('--set', 'server.drainTimeout=20s')
    server.answers()
    for number in NONE:
        server.send(number)
        time.sleep(.02)
        if not get('/index.html'):
            fault('no answer after %s: %s' % (number, server.said()))
    os.kill(server.process.pid, signal.SIGSTOP)
    time.sleep(1)
    os.kill(server.process.pid, signal.SIGCONT)
    if not server.answers(5):
        fault('no answer after SIGSTOP and SIGCONT')
    time.sleep(1)

    # Many at once are one that goes on, and one more: how often that is depends on how fast they are sent.
    before = server.said().count('Content generation')
    for i in range(100):
        server.send(signal.SIGHUP)
    time.sleep(2)
    reloads = server.said().count('Content generation') - before
    if not 1 <= reloads < 100:
        fault('100 SIGHUPs at once read the content %d times' % reloads)

    held = get('/large.bin', keep=True)
    server.send(signal.SIGTERM)
    time.sleep(.3)
    for number in NONE:
        server.send(number)
        time.sleep(.02)
    if server.process.poll() is not None:
        fault('a signal ends what drains: %s' % server.said())
    held.close()
    server.check('every signal while it drains', [0])


{'start': start, 'end': end, 'run': run}[WHAT]()
print('ok' if not FAULTS else '%d faults' % len(FAULTS))
