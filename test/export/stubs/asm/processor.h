enum vector { EL1H_SYNC = 4 };

struct pt_regs {
	unsigned long long pc;
};

void install_exception_handler(enum vector vector, unsigned int class, void (*handler)(struct pt_regs *, unsigned int));
