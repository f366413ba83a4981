/* The system calls needed, without a C library. They return a negative errno as the kernel does. */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <asm/unistd.h>
#include <stddef.h>
#include <stdint.h>

static inline long call(long number, long a, long b, long c, long d, long e, long f)
{
	register long x8 asm("x8") = number;
	register long x0 asm("x0") = a;
	register long x1 asm("x1") = b;
	register long x2 asm("x2") = c;
	register long x3 asm("x3") = d;
	register long x4 asm("x4") = e;
	register long x5 asm("x5") = f;

	asm volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
	return x0;
}

static inline long sys_open(const char *path, int flags)
{
	return call(__NR_openat, -100 /* AT_FDCWD */, (long)path, flags, 0, 0, 0);
}

static inline long sys_read(int fd, void *buffer, size_t size)
{
	return call(__NR_read, fd, (long)buffer, (long)size, 0, 0, 0);
}

static inline long sys_write(int fd, const void *buffer, size_t size)
{
	return call(__NR_write, fd, (long)buffer, (long)size, 0, 0, 0);
}

static inline long sys_close(int fd)
{
	return call(__NR_close, fd, 0, 0, 0, 0, 0);
}

static inline long sys_ioctl(int fd, unsigned long request, unsigned long argument)
{
	return call(__NR_ioctl, fd, (long)request, (long)argument, 0, 0, 0);
}

/* Maps a file, or zeroed memory for fd -1; readable and writable. */
static inline void *sys_map(size_t size, int fd)
{
	long flags = fd < 0 ? 0x4022 /* MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE */ : 0x01 /* MAP_SHARED */;
	long address = call(__NR_mmap, 0, (long)size, 3 /* PROT_READ | PROT_WRITE */, flags, fd, 0);

	return address < 0 && address > -4096 ? NULL : (void *)address;
}

static inline void sys_unmap(void *address, size_t size)
{
	call(__NR_munmap, (long)address, (long)size, 0, 0, 0, 0);
}

#endif
