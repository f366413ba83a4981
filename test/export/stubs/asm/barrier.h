#define dsb(option) asm volatile("dsb " #option ::: "memory")
#define isb() asm volatile("isb" ::: "memory")
