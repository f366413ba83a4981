/** The part of an exported selftest that is the same in all of them. It needs linux/kvm.h and a C library. */

import { LIMITS } from "../vgic/limits.ts";
import { comparing } from "./check.ts";

export const kselftestSupport = String.raw`#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/kvm.h>

#define KSFT_PASS 0
#define KSFT_FAIL 1
#define KSFT_SKIP 4

/* Guest physical: the payload's memory, and an address that nothing claims, which is the way out. */
#define MEMORY 0xe00000000ull
#define WAY_OUT 0xf00000000ull
#define MEMORY_SIZE 0x50000ull

/* The payload: vectors, the way out, accesses; then mrs and msr of every system register with op0 3. */
#define PAYLOAD_OUT 0x80cull
#define PAYLOAD_READY 0x810ull
#define PAYLOAD_ACCESSES 0x814ull
#define PAYLOAD_SYSREGS 0x1000ull

#define MOST_CPUS ${LIMITS.v3.mostCpus}

${comparing}
static inline struct want exits(void)
{
	return want(EXITED, 0, 0, 0);
}

static inline struct want fails(int error)
{
	return want(FAILED, error, 0, 0);
}

struct test {
	const char *title;
	void (*run)(void);
};

static int kvm, vm = -1, gic = -1, cpus, failures;
static int vcpu[MOST_CPUS];
static struct kvm_run *run[MOST_CPUS];
static size_t run_size;
static uint32_t *memory;
static const char *skipped;

/* Guest memory and an ITS: what the next VM is to have. */
static uint64_t ram_start, ram_size, its_base;
static unsigned char *ram;
static int its = -1;
static bool wants_ram, wants_its;

static void put(uint64_t offset, uint32_t instruction)
{
	memory[offset / 4] = instruction;
}

static uint32_t branch(uint64_t from, uint64_t to)
{
	return 0x14000000u | ((uint32_t)((int64_t)(to - from) >> 2) & 0x03ffffffu);
}

/* The guest: x0 is the address, x1 the value, x2 the way out, x3 what to do next. */
static void write_payload(void)
{
	static const uint32_t accesses[] = {
		0x39400001, 0x79400001, 0xb9400001, 0xf9400001,	/* ldrb, ldrh, ldr w1, ldr x1: [x0] */
		0x39000001, 0x79000001, 0xb9000001, 0xf9000001,	/* strb, strh, str w1, str x1: [x0] */
	};

	for (uint64_t vector = 0; vector < 16; vector++)
		put(vector * 0x80, branch(vector * 0x80, 0x800));
	put(0x800, 0xd5385201);			/* mrs x1, esr_el1 */
	put(0x804, 0xf9000441);			/* str x1, [x2, #8] */
	put(0x808, 0xd61f0060);			/* br x3 */
	put(PAYLOAD_OUT, 0xf9000041);		/* str x1, [x2] */
	put(PAYLOAD_READY, 0xd61f0060);		/* br x3 */
	for (uint64_t i = 0; i < 8; i++) {
		uint64_t at = PAYLOAD_ACCESSES + i * 8;

		put(at, accesses[i]);
		put(at + 4, branch(at + 4, PAYLOAD_OUT));
	}
	for (uint32_t code = 0; code < 0x4000; code++) {
		uint64_t at = PAYLOAD_SYSREGS + code * 16ull;
		uint32_t operands = (0xc000u | code) << 5 | 1;

		put(at, 0xd5200000u | operands);	/* mrs x1, ... */
		put(at + 4, branch(at + 4, PAYLOAD_OUT));
		put(at + 8, 0xd5000000u | operands);	/* msr ..., x1 */
		put(at + 12, branch(at + 12, PAYLOAD_OUT));
	}
}

static int set_register(int cpu, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uint64_t)(uintptr_t)&value };

	return ioctl(vcpu[cpu], KVM_SET_ONE_REG, &reg);
}

#define CORE(field) (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(field))
#define X(number) (CORE(regs.regs[0]) + 2ull * (number))

static int device_attr(unsigned long request, uint32_t group, uint64_t attr, void *value)
{
	struct kvm_device_attr it = { .group = group, .attr = attr, .addr = (uint64_t)(uintptr_t)value };

	bool of_its = group == KVM_DEV_ARM_VGIC_GRP_ITS_REGS ||
		      (group == KVM_DEV_ARM_VGIC_GRP_CTRL && attr != KVM_DEV_ARM_VGIC_CTRL_INIT &&
		       attr != KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES);

	return ioctl(of_its ? its : gic, request, &it);
}

static void free_vm(void)
{
	for (int cpu = 0; cpu < cpus; cpu++) {
		munmap(run[cpu], run_size);
		close(vcpu[cpu]);
	}
	if (its >= 0)
		close(its);
	if (gic >= 0)
		close(gic);
	if (vm >= 0)
		close(vm);
	cpus = 0;
	its = gic = vm = -1;
}

static int add_vcpu(const struct kvm_vcpu_init *init)
{
	int cpu = cpus;

	vcpu[cpu] = ioctl(vm, KVM_CREATE_VCPU, cpu);
	if (vcpu[cpu] < 0)
		return -1;
	run[cpu] = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu[cpu], 0);
	cpus++;
	if (run[cpu] == MAP_FAILED || ioctl(vcpu[cpu], KVM_ARM_VCPU_INIT, init))
		return -1;
	if (set_register(cpu, CORE(regs.pc), MEMORY + PAYLOAD_READY) || set_register(cpu, X(2), WAY_OUT))
		return -1;
	return set_register(cpu, ARM64_SYS_REG(3, 0, 12, 0, 0), MEMORY);	/* VBAR_EL1 */
}

static int add_gic(int model, uint32_t irqs, uint64_t dist, uint64_t second)
{
	int v3 = model == 3;
	struct kvm_create_device device = { .type = v3 ? KVM_DEV_TYPE_ARM_VGIC_V3 : KVM_DEV_TYPE_ARM_VGIC_V2 };
	uint64_t dist_type = v3 ? KVM_VGIC_V3_ADDR_TYPE_DIST : KVM_VGIC_V2_ADDR_TYPE_DIST;
	uint64_t second_type = v3 ? KVM_VGIC_V3_ADDR_TYPE_REDIST : KVM_VGIC_V2_ADDR_TYPE_CPU;

	if (ioctl(vm, KVM_CREATE_DEVICE, &device))
		return -1;
	gic = (int)device.fd;
	if (device_attr(KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &irqs) ||
	    device_attr(KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_ADDR, dist_type, &dist) ||
	    device_attr(KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_ADDR, second_type, &second))
		return -1;
	return device_attr(KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

/* Some kernels of Debian name a release that ends in 0, and their real version beside it. */
static inline bool kernel_is_known(void)
{
	unsigned int major, minor, point = 0;
	const char *real;
	struct utsname names;

	if (uname(&names))
		return false;
	real = strstr(names.version, "Debian ");
	if (!real || sscanf(real, "Debian %u.%u.%u", &major, &minor, &point) < 2) {
		if (sscanf(names.release, "%u.%u.%u", &major, &minor, &point) < 2) {
			skipped = "this kernel does not tell its version";
			return false;
		}
	}
	kernel = version(major, minor, point);
	return true;
}

/* The next VM has this memory, which reads as zero unless it keeps what the VM before had there. */
static inline void with_ram(uint64_t start, uint64_t size, bool keep)
{
	wants_ram = true;
	if (keep && ram && start == ram_start && size == ram_size)
		return;
	free_vm();
	if (ram)
		munmap(ram, ram_size);
	ram_start = start;
	ram_size = size;
	ram = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (ram == MAP_FAILED)
		ram = NULL;
}

/* The next VM has an ITS at this address. */
static inline void with_its(uint64_t base)
{
	wants_its = true;
	its_base = base;
}

static int add_ram(void)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1,
		.guest_phys_addr = ram_start,
		.memory_size = ram_size,
		.userspace_addr = (uint64_t)(uintptr_t)ram,
	};

	return ram ? ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) : -1;
}

static int add_its(void)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_ARM_VGIC_ITS };
	struct kvm_device_attr base = {
		.group = KVM_DEV_ARM_VGIC_GRP_ADDR,
		.attr = KVM_VGIC_ITS_ADDR_TYPE,
		.addr = (uint64_t)(uintptr_t)&its_base,
	};
	struct kvm_device_attr init = { .group = KVM_DEV_ARM_VGIC_GRP_CTRL, .attr = KVM_DEV_ARM_VGIC_CTRL_INIT };

	if (ioctl(vm, KVM_CREATE_DEVICE, &device))
		return -1;
	its = (int)device.fd;
	return ioctl(its, KVM_SET_DEVICE_ATTR, &base) || ioctl(its, KVM_SET_DEVICE_ATTR, &init);
}

/* Makes the VM and writes GICD_IIDR. What this kernel or machine cannot make is skipped. */
static inline int new_vm(int model, int count, uint32_t irqs, uint64_t dist, uint64_t second, uint32_t iidr)
{
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = MEMORY,
		.memory_size = MEMORY_SIZE,
		.userspace_addr = (uint64_t)(uintptr_t)memory,
	};
	struct kvm_vcpu_init init;
	bool has_ram = wants_ram, has_its = wants_its;
	uint32_t shown = 0;
	int error;

	wants_ram = wants_its = false;
	free_vm();
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	error = vm < 0 || ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) ||
		ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init);
	while (!error && cpus < count)
		error = add_vcpu(&init);
	if (error || (has_ram && add_ram()) || add_gic(model, irqs, dist, second) || (has_its && add_its())) {
		skipped = "this machine cannot make the VM";
		return 0;
	}
	device_attr(KVM_SET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, 8, &iidr);
	device_attr(KVM_GET_DEVICE_ATTR, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, 8, &shown);
	if (shown != iidr)
		skipped = "this kernel cannot select the GICD_IIDR revision";
	return shown == iidr;
}

static struct answer answered(enum ending ending, int error, uint64_t value)
{
	return (struct answer){ ending, error, value };
}

static struct answer called(int result)
{
	return result < 0 ? answered(FAILED, errno, 0) : answered(SUCCESS, 0, 0);
}

/* Lets a vCPU run a piece of the payload up to the way out. */
static struct answer in_guest(int cpu, uint64_t offset, uint64_t address, uint64_t value)
{
	enum ending ending = SUCCESS;

	if (set_register(cpu, X(0), address) || set_register(cpu, X(1), value) ||
	    set_register(cpu, X(3), MEMORY + offset))
		return answered(FAILED, errno, 0);
	for (;;) {
		uint64_t out;

		if (ioctl(vcpu[cpu], KVM_RUN, 0))
			return answered(FAILED, errno, 0);
		if (run[cpu]->exit_reason != KVM_EXIT_MMIO)
			return answered(FAILED, EIO, 0);
		memcpy(&out, run[cpu]->mmio.data, sizeof(out));
		if (run[cpu]->mmio.phys_addr == WAY_OUT)
			return answered(ending, 0, out);
		if (run[cpu]->mmio.phys_addr == WAY_OUT + 8)
			return answered(ABORTED, 0, out);
		ending = EXITED;
	}
}

static inline struct answer load(int cpu, int width, uint64_t address)
{
	return in_guest(cpu, PAYLOAD_ACCESSES + (uint64_t)__builtin_ctz((unsigned int)width) * 8, address, 0);
}

static inline struct answer store(int cpu, int width, uint64_t address, uint64_t value)
{
	return in_guest(cpu, PAYLOAD_ACCESSES + (4 + (uint64_t)__builtin_ctz((unsigned int)width)) * 8, address, value);
}

static inline struct answer mrs(int cpu, uint32_t code)
{
	return in_guest(cpu, PAYLOAD_SYSREGS + (code & 0x3fff) * 16ull, 0, 0);
}

static inline struct answer msr(int cpu, uint32_t code, uint64_t value)
{
	return in_guest(cpu, PAYLOAD_SYSREGS + (code & 0x3fff) * 16ull + 8, 0, value);
}

static inline struct answer enter(int cpu)
{
	return in_guest(cpu, PAYLOAD_OUT, 0, 0);
}

/* Every vCPU in order, twice: what is in flight reaches its place. */
static inline struct answer settle(void)
{
	for (int i = 0; i < 2 * cpus; i++) {
		struct answer answer = enter(i % cpus);

		if (answer.ending != SUCCESS)
			return answer;
	}
	return answered(SUCCESS, 0, 0);
}

static inline struct answer get_attr(uint32_t group, uint64_t attr, int width)
{
	uint64_t value = 0;
	int result = device_attr(KVM_GET_DEVICE_ATTR, group, attr, &value);

	return result < 0 ? called(result) : answered(SUCCESS, 0, width == 4 ? (uint32_t)value : value);
}

static inline struct answer set_attr(uint32_t group, uint64_t attr, uint64_t value)
{
	return called(device_attr(KVM_SET_DEVICE_ATTR, group, attr, &value));
}

static inline struct answer has_attr(uint32_t group, uint64_t attr)
{
	return called(device_attr(KVM_HAS_DEVICE_ATTR, group, attr, NULL));
}

static inline struct answer irq_line(uint32_t irq, uint32_t level)
{
	struct kvm_irq_level it = { .irq = irq, .level = level };

	return called(ioctl(vm, KVM_IRQ_LINE, &it));
}

static inline struct answer memory_load(int width, uint64_t address)
{
	uint64_t value = 0;

	memcpy(&value, ram + (address - ram_start), (size_t)width);
	return answered(SUCCESS, 0, value);
}

static inline struct answer memory_store(int width, uint64_t address, uint64_t value)
{
	memcpy(ram + (address - ram_start), &value, (size_t)width);
	return answered(SUCCESS, 0, 0);
}

static inline struct answer memory_fill(uint64_t address, uint64_t length, int byte)
{
	memset(ram + (address - ram_start), byte, length);
	return answered(SUCCESS, 0, 0);
}

/* What a driver does: it stores a command after the last one in the queue, and writes GITS_CWRITER. */
static inline struct answer its_command(int cpu, uint64_t word0, uint64_t word1, uint64_t word2, uint64_t word3)
{
	uint64_t words[] = { word0, word1, word2, word3 };
	uint64_t cbaser = get_attr(KVM_DEV_ARM_VGIC_GRP_ITS_REGS, 0x80, 8).value;
	uint64_t at = get_attr(KVM_DEV_ARM_VGIC_GRP_ITS_REGS, 0x88, 8).value;
	uint64_t queue = (cbaser & 0xffffffffff000ull) + at;

	/* Stores outside memory are lost. */
	for (uint64_t i = 0; i < 4; i++)
		store(cpu, 8, queue + i * 8, words[i]);
	store(cpu, 8, its_base + 0x88, (at + 32) % (((cbaser & 0xff) + 1) * 4096));
	return answered(SUCCESS, 0, 0);
}

static inline struct answer signal_msi(uint32_t device, uint32_t event)
{
	struct kvm_msi msi = {
		.address_lo = (uint32_t)(its_base + 0x10040),
		.address_hi = (uint32_t)((its_base + 0x10040) >> 32),
		.data = event,
		.flags = KVM_MSI_VALID_DEVID,
		.devid = device,
	};
	int result = ioctl(vm, KVM_SIGNAL_MSI, &msi);

	return result < 0 ? called(result) : answered(SUCCESS, 0, (uint64_t)result);
}

static const char *words(struct answer answer)
{
	static char text[2][64];
	static int next;
	char *into = text[next ^= 1];

	switch (answer.ending) {
	case SUCCESS:
		snprintf(into, sizeof(text[0]), "0x%llx", (unsigned long long)answer.value);
		break;
	case ABORTED:
		return "an abort";
	case EXITED:
		return "an exit to the VMM";
	case FAILED:
		snprintf(into, sizeof(text[0]), "error %d (%s)", answer.error, strerror(answer.error));
		break;
	case ANYTHING:
		return "anything";
	}
	return into;
}

static inline void check(int line, const char *text, struct answer got, struct want wanted)
{
	struct answer expected = wanted.answer;

	if (expected.ending == ANYTHING)
		return;
	if (got.ending == expected.ending && got.error == expected.error &&
	    (got.ending != SUCCESS || (got.value & wanted.mask) == expected.value))
		return;
	printf("# line %d: %s: got %s, expected %s\n", line, text, words(got),
	       expected.ending == SUCCESS && !wanted.mask ? "success" : words(expected));
	failures++;
}

static int run_tests(const struct test *tests, size_t count)
{
	int failed = 0;

	printf("TAP version 13\n");
	kvm = open("/dev/kvm", O_RDWR);
	if (kvm < 0) {
		printf("1..0 # SKIP no /dev/kvm: %s\n", strerror(errno));
		return KSFT_SKIP;
	}
	run_size = (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		printf("Bail out! no memory\n");
		return KSFT_FAIL;
	}
	write_payload();
	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++) {
		failures = 0;
		skipped = NULL;
		tests[i].run();
		free_vm();
		printf("%s %zu %s%s%s\n", failures ? "not ok" : "ok", i + 1, tests[i].title,
		       skipped ? " # SKIP " : "", skipped ? skipped : "");
		failed += failures != 0;
	}
	fflush(stdout);
	return failed ? KSFT_FAIL : KSFT_PASS;
}
`;
