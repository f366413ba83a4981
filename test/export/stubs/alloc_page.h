#include <libcflat.h>

typedef u64 phys_addr_t;

int reserve_pages(phys_addr_t addr, size_t npages);
