#include "vm.h"

#include <linux/kvm.h>

#include "system.h"

#define O_RDWR 2
#define EIO 5
#define ENOMEM 12
#define EFAULT 14
#define EMFILE 24

/* Guest physical addresses, in 36 bits and far from where a board has its GIC. */
#define MEMORY 0xe00000000ul
#define WAY_OUT 0xf00000000ul
#define WAY_OUT_ABORTED (WAY_OUT + 8)

/* The payload, then a read and a write of every system register with op0 3; whole pages of up to 64 KiB. */
#define SYSREGS 0x1000ul
#define SYSREG_COUNT 0x4000ul
#define MEMORY_SIZE 0x50000ul

#define MOST_CPUS 512

/* Of a guest physical address: as many as traces have. */
#define ADDRESS_BITS 48

extern const char payload[], payload_out[], payload_ready[], payload_accesses[], payload_end[];

struct vcpu {
	int fd;
	struct kvm_run *run;
};

static int kvm;
static size_t run_size;
static char *memory;

/* The guest's own memory and ITS: what the next VM is to have, and what this one has. */
static struct {
	uint64_t start, size;
	char *bytes;
	int wanted, present;
} ram;

static struct {
	uint64_t base;
	int wanted, fd;
} its = { .fd = -1 };

static struct {
	int fd, gic;
	unsigned int cpus;
	struct vcpu vcpu[MOST_CPUS];
} vm = { .fd = -1, .gic = -1 };

_Static_assert(SYSREGS + SYSREG_COUNT * 16 <= MEMORY_SIZE, "the stubs fit");

static uint32_t branch(uint64_t from, uint64_t to)
{
	return 0x14000000u | ((uint32_t)((to - from) >> 2) & 0x03ffffffu);
}

long vm_prepare(void)
{
	long fd = sys_open("/dev/kvm", O_RDWR);

	if (fd < 0)
		return fd;
	kvm = (int)fd;
	run_size = (size_t)sys_ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	memory = sys_map(MEMORY_SIZE, -1);
	if (!memory)
		return -EIO;
	for (long i = 0; i < payload_end - payload; i++)
		memory[i] = payload[i];
	for (uint32_t code = 0; code < SYSREG_COUNT; code++) {
		uint64_t offset = SYSREGS + code * 16ul;
		uint32_t *stub = (uint32_t *)(memory + offset);
		uint64_t out = (uint64_t)(payload_out - payload);
		uint32_t operands = (0xc000u | code) << 5 | 1;	/* the register and x1 */

		stub[0] = 0xd5200000u | operands;		/* mrs x1, … */
		stub[1] = branch(offset + 4, out);
		stub[2] = 0xd5000000u | operands;		/* msr …, x1 */
		stub[3] = branch(offset + 12, out);
	}
	return 0;
}

static long set_attr(int fd, uint32_t group, uint64_t attr, const void *value)
{
	struct kvm_device_attr it = { .group = group, .attr = attr, .addr = (uint64_t)value };

	return sys_ioctl(fd, KVM_SET_DEVICE_ATTR, (unsigned long)&it);
}

static long set_register(const struct vcpu *vcpu, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uint64_t)&value };

	return sys_ioctl(vcpu->fd, KVM_SET_ONE_REG, (unsigned long)&reg);
}

#define CORE(field) (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(field))
#define X(number) (CORE(regs.regs[0]) + 2ul * (number))
#define VBAR_EL1 ARM64_SYS_REG(3, 0, 12, 0, 0)

static void destroy(void)
{
	for (unsigned int i = 0; i < vm.cpus; i++) {
		sys_unmap(vm.vcpu[i].run, run_size);
		sys_close(vm.vcpu[i].fd);
	}
	if (its.fd >= 0)
		sys_close(its.fd);
	its.fd = -1;
	if (vm.gic >= 0)
		sys_close(vm.gic);
	if (vm.fd >= 0)
		sys_close(vm.fd);
	vm.cpus = 0;
	vm.gic = vm.fd = -1;
}

static long add_vcpu(unsigned int index, const struct kvm_vcpu_init *init)
{
	struct vcpu *vcpu = &vm.vcpu[index];
	long fd = sys_ioctl(vm.fd, KVM_CREATE_VCPU, index);
	long error;

	if (fd < 0)
		return fd;
	vcpu->fd = (int)fd;
	vcpu->run = sys_map(run_size, vcpu->fd);
	vm.cpus = index + 1;
	if (!vcpu->run)
		return -EIO;
	error = sys_ioctl(vcpu->fd, KVM_ARM_VCPU_INIT, (unsigned long)init);
	if (!error)
		error = set_register(vcpu, CORE(regs.pc), MEMORY + (uint64_t)(payload_ready - payload));
	if (!error)
		error = set_register(vcpu, X(2), WAY_OUT);
	if (!error)
		error = set_register(vcpu, VBAR_EL1, MEMORY);
	return error;
}

static long add_gic(const struct operation *operation)
{
	int v3 = operation->width == 3;
	struct kvm_create_device device = { .type = v3 ? KVM_DEV_TYPE_ARM_VGIC_V3 : KVM_DEV_TYPE_ARM_VGIC_V2 };
	uint32_t irqs = operation->argument;
	long error = sys_ioctl(vm.fd, KVM_CREATE_DEVICE, (unsigned long)&device);

	if (error)
		return error;
	vm.gic = (int)device.fd;
	if (!irqs)
		return 0;
	error = set_attr(vm.gic, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &irqs);
	if (!error)
		error = set_attr(vm.gic, KVM_DEV_ARM_VGIC_GRP_ADDR,
				 v3 ? KVM_VGIC_V3_ADDR_TYPE_DIST : KVM_VGIC_V2_ADDR_TYPE_DIST, &operation->address);
	if (!error)
		error = set_attr(vm.gic, KVM_DEV_ARM_VGIC_GRP_ADDR,
				 v3 ? KVM_VGIC_V3_ADDR_TYPE_REDIST : KVM_VGIC_V2_ADDR_TYPE_CPU, &operation->value);
	if (!error)
		error = set_attr(vm.gic, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
	return error;
}

/* The next VM has this memory; pages that nobody touches take none of the host's. */
static long with_ram(const struct operation *operation)
{
	int keeps = operation->argument == 1 && ram.bytes && ram.start == operation->address && ram.size == operation->value;

	ram.wanted = 1;
	if (keeps)
		return 0;
	destroy();
	if (ram.bytes)
		sys_unmap(ram.bytes, ram.size);
	ram.start = operation->address;
	ram.size = operation->value;
	ram.bytes = sys_map(ram.size, -1);
	return ram.bytes ? 0 : -ENOMEM;
}

static long add_ram(void)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1,
		.guest_phys_addr = ram.start,
		.memory_size = ram.size,
		.userspace_addr = (uint64_t)ram.bytes,
	};

	return ram.bytes ? sys_ioctl(vm.fd, KVM_SET_USER_MEMORY_REGION, (unsigned long)&region) : -ENOMEM;
}

static long add_its(int only_created)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_ARM_VGIC_ITS };
	long error = sys_ioctl(vm.fd, KVM_CREATE_DEVICE, (unsigned long)&device);

	if (error)
		return error;
	its.fd = (int)device.fd;
	if (only_created)
		return 0;
	error = set_attr(its.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_ITS_ADDR_TYPE, &its.base);
	return error ? error : set_attr(its.fd, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

static long create(const struct operation *operation)
{
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = MEMORY,
		.memory_size = MEMORY_SIZE,
		.userspace_addr = (uint64_t)memory,
	};
	struct kvm_vcpu_init init;
	int has_ram = ram.wanted, has_its = its.wanted;
	long fd, error;

	ram.wanted = its.wanted = 0;
	ram.present = has_ram;
	destroy();
	if (operation->cpu > MOST_CPUS)
		return -EMFILE;
	fd = sys_ioctl(kvm, KVM_CREATE_VM, KVM_VM_TYPE_ARM_IPA_SIZE(ADDRESS_BITS));
	if (fd < 0)	/* the hardware has fewer: then 40 */
		fd = sys_ioctl(kvm, KVM_CREATE_VM, 0);
	if (fd < 0)
		return fd;
	vm.fd = (int)fd;
	error = sys_ioctl(vm.fd, KVM_SET_USER_MEMORY_REGION, (unsigned long)&region);
	if (!error)
		error = sys_ioctl(vm.fd, KVM_ARM_PREFERRED_TARGET, (unsigned long)&init);
	for (unsigned int i = 0; !error && i < operation->cpu; i++)
		error = add_vcpu(i, &init);
	if (!error && has_ram)
		error = add_ram();
	if (!error)
		error = add_gic(operation);
	return error || !has_its ? error : add_its(!operation->argument);
}

/* Lets a vCPU do one thing in the guest, up to the way out. */
static struct answer enter(unsigned int cpu, uint64_t offset, uint64_t address, uint64_t value)
{
	const struct vcpu *vcpu = &vm.vcpu[cpu];
	struct kvm_run *run = vcpu->run;
	int exited = 0;
	long error = set_register(vcpu, X(0), address);

	if (!error)
		error = set_register(vcpu, X(1), value);
	if (!error)
		error = set_register(vcpu, X(3), MEMORY + offset);
	while (!error) {
		error = sys_ioctl(vcpu->fd, KVM_RUN, 0);
		if (error)
			break;
		if (run->exit_reason != KVM_EXIT_MMIO)
			return (struct answer){ FAILED, EIO };
		if (run->mmio.phys_addr == WAY_OUT)
			return (struct answer){ exited ? EXITED : VALUE, *(uint64_t *)run->mmio.data };
		if (run->mmio.phys_addr == WAY_OUT_ABORTED)
			return (struct answer){ ABORTED, *(uint64_t *)run->mmio.data };
		exited = 1;
	}
	return (struct answer){ FAILED, (uint64_t)-error };
}

static struct answer finished(long error)
{
	return error < 0 ? (struct answer){ FAILED, (uint64_t)-error } : (struct answer){ DONE, 0 };
}

/* A write comes back with the value it wrote: nothing to tell. */
static struct answer without_value(struct answer answer)
{
	return answer.ending == VALUE ? finished(0) : answer;
}

static struct answer access(const struct operation *operation, int write)
{
	unsigned int size = (unsigned int)__builtin_ctz(operation->width);	/* 0 to 3 */
	uint64_t offset = (uint64_t)(payload_accesses - payload) + (write * 4u + size) * 8;

	return enter(operation->cpu, offset, operation->address, operation->value);
}

static struct answer sysreg(const struct operation *operation, int write)
{
	uint64_t offset = SYSREGS + (operation->argument & (SYSREG_COUNT - 1)) * 16 + (write ? 8 : 0);

	return enter(operation->cpu, offset, 0, operation->value);
}

static struct answer attribute(const struct operation *operation, unsigned long request)
{
	uint64_t value = operation->value;
	struct kvm_device_attr it = {
		.group = operation->argument,
		.attr = operation->address,
		.addr = (uint64_t)&value,
	};
	int of_gic = it.attr == KVM_DEV_ARM_VGIC_CTRL_INIT || it.attr == KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES;
	int of_its = it.group == KVM_DEV_ARM_VGIC_GRP_ITS_REGS ||
		     (it.group == KVM_DEV_ARM_VGIC_GRP_ADDR && it.attr == KVM_VGIC_ITS_ADDR_TYPE) ||
		     (it.group == KVM_DEV_ARM_VGIC_GRP_CTRL && !of_gic);
	long error = sys_ioctl(of_its && its.fd >= 0 ? its.fd : vm.gic, request, (unsigned long)&it);

	if (error || request != KVM_GET_DEVICE_ATTR)
		return finished(error);
	return (struct answer){ VALUE, operation->width == 4 ? (uint32_t)value : value };
}

/* The bytes at a guest physical address; NULL where not all of them are memory. */
static char *in_ram(uint64_t address, uint64_t size)
{
	if (!ram.present || address < ram.start || size > ram.size || address - ram.start > ram.size - size)
		return NULL;
	return ram.bytes + (address - ram.start);
}

static struct answer load(const struct operation *operation)
{
	const char *bytes = in_ram(operation->address, operation->width);
	uint64_t value = 0;

	for (int i = operation->width; bytes && i-- > 0;)
		value = value << 8 | (unsigned char)bytes[i];
	return bytes ? (struct answer){ VALUE, value } : finished(-EFAULT);
}

static struct answer store(const struct operation *operation)
{
	char *bytes = in_ram(operation->address, operation->width);

	for (int i = 0; bytes && i < operation->width; i++)
		bytes[i] = (char)(operation->value >> (8 * i));
	return finished(bytes ? 0 : -EFAULT);
}

static struct answer fill(const struct operation *operation)
{
	char *bytes = in_ram(operation->address, operation->value);

	for (uint64_t i = 0; bytes && i < operation->value; i++)
		bytes[i] = (char)operation->argument;
	return finished(bytes ? 0 : -EFAULT);
}

#define GITS_CBASER 0x80ul
#define GITS_CWRITER 0x88ul
#define COMMAND_BYTES 32

static uint64_t its_register(uint64_t offset)
{
	uint64_t value = 0;
	struct kvm_device_attr it = {
		.group = KVM_DEV_ARM_VGIC_GRP_ITS_REGS,
		.attr = offset,
		.addr = (uint64_t)&value,
	};

	sys_ioctl(its.fd, KVM_GET_DEVICE_ATTR, (unsigned long)&it);
	return value;
}

/* A driver's stores into the queue, which are lost outside memory, and its write of GITS_CWRITER. */
static struct answer command(const struct operation *operation)
{
	uint64_t cbaser = its_register(GITS_CBASER), at = its_register(GITS_CWRITER);
	struct operation it = { .kind = GUEST_WRITE, .width = 8, .cpu = operation->cpu, .value = operation->value };
	struct answer answer;

	if (operation->kind == ADVANCE) {
		it.address = its.base + GITS_CWRITER;
		it.value = (at + COMMAND_BYTES) % (((cbaser & 0xff) + 1) * 4096);
	} else {
		it.address = (cbaser & 0xffffffffff000ul) + at + operation->argument * 8;
		if (!in_ram(it.address, it.width))
			return finished(0);
	}
	answer = without_value(access(&it, 1));
	return answer.ending == EXITED ? finished(0) : answer;
}

static struct answer signal_msi(const struct operation *operation)
{
	struct kvm_msi msi = {
		.address_lo = (uint32_t)operation->address,
		.address_hi = (uint32_t)(operation->address >> 32),
		.data = (uint32_t)operation->value,
		.flags = KVM_MSI_VALID_DEVID,
		.devid = operation->argument,
	};
	long result = sys_ioctl(vm.fd, KVM_SIGNAL_MSI, (unsigned long)&msi);

	return result < 0 ? finished(result) : (struct answer){ VALUE, (uint64_t)result };
}

struct answer vm_perform(const struct operation *operation)
{
	struct kvm_irq_level line = { .irq = operation->argument, .level = (uint32_t)operation->value };

	if (operation->kind == NEW_VM)
		return finished(create(operation));
	switch (operation->kind) {
	case WITH_RAM:
		return finished(with_ram(operation));
	case WITH_ITS:
		its.wanted = 1;
		its.base = operation->address;
		return finished(0);
	case LOAD:
		return load(operation);
	case STORE:
		return store(operation);
	case FILL:
		return fill(operation);
	case QUEUE:
	case ADVANCE:
		return command(operation);
	case MSI:
		return signal_msi(operation);
	case GUEST_READ:
		return access(operation, 0);
	case GUEST_WRITE:
		return without_value(access(operation, 1));
	case SYSREG_READ:
		return sysreg(operation, 0);
	case SYSREG_WRITE:
		return without_value(sysreg(operation, 1));
	case ENTER:
		return without_value(enter(operation->cpu, (uint64_t)(payload_out - payload), 0, 0));
	case ATTR_GET:
		return attribute(operation, KVM_GET_DEVICE_ATTR);
	case ATTR_SET:
		return attribute(operation, KVM_SET_DEVICE_ATTR);
	case ATTR_HAS:
		return attribute(operation, KVM_HAS_DEVICE_ATTR);
	case LINE:
		return finished(sys_ioctl(vm.fd, KVM_IRQ_LINE, (unsigned long)&line));
	default:
		return (struct answer){ SKIPPED, 0 };
	}
}
