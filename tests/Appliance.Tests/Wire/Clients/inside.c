// Loaded into a server that was compiled ahead (LD_PRELOAD), it waits until the sandbox is whole, tries from inside what
// that denies and what it lets be, and tells what went otherwise on standard error.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096
#define GET_DENY_WRITE_EXECUTE 66
#define FILTERED 2

static int attempts, faults;

static void expect(const char *what, long result, int expected)
{
    int found = result < 0 ? errno : 0;
    attempts++;
    if (found != expected) {
        faults++;
        dprintf(STDERR_FILENO, "inside: %s: errno %d and not %d\n", what, found, expected);
    }
}

static void *map(int protection, int flags, int file)
{
    return mmap(NULL, PAGE, protection, MAP_PRIVATE | flags, file, 0);
}

static void *attempt(void *unused)
{
    while (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != FILTERED)
        usleep(1000);

    // Before Linux 6.3 there is no such thing.
    if (prctl(GET_DENY_WRITE_EXECUTE, 0, 0, 0, 0) == 0)
        expect("written memory may be executed", 0, EACCES);

    char *page = map(PROT_READ | PROT_WRITE, MAP_ANONYMOUS, -1);
    expect("map memory", (long)page, 0);
    expect("map executable memory", (long)map(PROT_READ | PROT_EXEC, MAP_ANONYMOUS, -1), EPERM);
    int program = open("/proc/self/exe", O_RDONLY);
    expect("read the program", program, 0);
    expect("map the program's code", (long)map(PROT_READ | PROT_EXEC, 0, program), EPERM);
    expect("make memory executable", mprotect(page, PAGE, PROT_READ | PROT_EXEC), EPERM);
    expect("do so by a key", syscall(SYS_pkey_mprotect, page, PAGE, PROT_EXEC, -1), EPERM);
    expect("make memory read-only", mprotect(page, PAGE, PROT_READ), 0);
    expect("unmap it", munmap(page, PAGE), 0);

    char *const arguments[] = { "straightwire", NULL };
    expect("execute the program", execve("/proc/self/exe", arguments, NULL), EPERM);
    expect("open a socket", socket(AF_INET, SOCK_STREAM, 0), EPERM);
    expect("read a file of the system", open("/etc/passwd", O_RDONLY), EACCES);
    expect("read a program of the system", open("/bin/sh", O_RDONLY), EACCES);
    dprintf(STDERR_FILENO, "inside: %d attempts, %d faults\n", attempts, faults);
    return unused;
}

__attribute__((constructor)) static void begin(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, attempt, NULL);
}
