#include <libcflat.h>

void *phys_to_virt(u64 address);
void *ioremap(u64 address, size_t size);
u8 readb(const volatile void *address);
u16 readw(const volatile void *address);
u32 readl(const volatile void *address);
u64 readq(const volatile void *address);
void writeb(u8 value, volatile void *address);
void writew(u16 value, volatile void *address);
void writel(u32 value, volatile void *address);
void writeq(u64 value, volatile void *address);
