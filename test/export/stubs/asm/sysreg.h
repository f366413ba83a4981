#define read_sysreg(name) ({ u64 value; asm volatile("mrs %0, " #name : "=r"(value)); value; })
#define write_sysreg(value, name) ({ u64 written = (value); asm volatile("msr " #name ", %0" : : "r"(written)); })
