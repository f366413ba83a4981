/*
 * Performs a program of vGIC operations on /dev/kvm and prints an answer for each: `=INDEX ANSWER`, where the answer
 * is `ok`, `value HEX`, `abort ESR`, `exit`, `errno NUMBER` or `skip`. As the init of an initramfs it reads /program,
 * and switches the machine off at the end; otherwise it reads the file that it is given.
 */
#include "program.h"
#include "system.h"
#include "vm.h"

#include <linux/reboot.h>
#include <linux/utsname.h>

#define CHUNK (1ul << 20)

static char text[4096];
static size_t used;

static void flush(void)
{
	size_t done = 0;

	while (done < used) {
		long written = sys_write(1, text + done, used - done);

		if (written <= 0)
			break;
		done += (size_t)written;
	}
	used = 0;
}

static void print(const char *word)
{
	for (; *word; word++) {
		if (used == sizeof(text))
			flush();
		text[used++] = *word;
	}
}

static void print_number(uint64_t number, unsigned int base)
{
	char digits[21];
	int i = sizeof(digits) - 1;

	digits[i] = 0;
	do
		digits[--i] = "0123456789abcdef"[number % base];
	while (number /= base);
	print(digits + i);
}

static void print_answer(uint64_t index, struct answer answer)
{
	print("=");
	print_number(index, 10);
	switch (answer.ending) {
	case DONE:
		print(" ok\n");
		return;
	case EXITED:
		print(" exit\n");
		return;
	case SKIPPED:
		print(" skip\n");
		return;
	case VALUE:
		print(" value ");
		break;
	case ABORTED:
		print(" abort ");
		break;
	case FAILED:
		print(" errno ");
		break;
	}
	print_number(answer.value, answer.ending == FAILED ? 10 : 16);
	print("\n");
}

static void perform_all(const struct operation *operations, uint64_t count)
{
	struct answer last = { DONE, 0 };
	int skipping = 0;

	for (uint64_t i = 0; i < count; i++) {
		const struct operation *operation = &operations[i];

		/* What the next VM has stands in front of it. */
		if (operation->kind == NEW_VM || operation->kind == WITH_RAM || operation->kind == WITH_ITS) {
			flush();	/* so that whoever waits sees progress */
			skipping = 0;
		}
		if (operation->kind == REQUIRE) {
			skipping |= last.ending != VALUE || last.value != operation->value;
			last = (struct answer){ skipping ? SKIPPED : DONE, 0 };
		} else {
			last = skipping ? (struct answer){ SKIPPED, 0 } : vm_perform(operation);
			/* Without a VM nothing else makes sense. */
			skipping |= operation->kind == NEW_VM && last.ending == FAILED;
		}
		print_answer(i, last);
	}
}

static const struct operation *read_program(const char *path, uint64_t *count)
{
	long fd = sys_open(path, 0);
	size_t size = 0, room = CHUNK;
	char *bytes = sys_map(room, -1);
	long got;

	if (fd < 0 || !bytes)
		return NULL;
	while ((got = sys_read((int)fd, bytes + size, room - size)) > 0) {
		size += (size_t)got;
		if (size == room) {
			char *larger = sys_map(room * 2, -1);

			if (!larger)
				return NULL;
			for (size_t i = 0; i < size; i++)
				larger[i] = bytes[i];
			sys_unmap(bytes, room);
			bytes = larger;
			room *= 2;
		}
	}
	*count = size / sizeof(struct operation);
	return got < 0 ? NULL : (const struct operation *)bytes;
}

static int replay(const char *path)
{
	static struct new_utsname name;
	uint64_t count = 0;
	const struct operation *operations = read_program(path, &count);
	long error = vm_prepare();

	call(__NR_uname, (long)&name, 0, 0, 0, 0, 0);
	print("\n=kernel ");
	print(name.release);
	print("\n=version ");
	print(name.version);
	print("\n");
	if (!operations)
		print("=error no-program\n");
	else if (error) {
		print("=error no-kvm ");
		print_number((uint64_t)-error, 10);
		print("\n");
	} else {
		perform_all(operations, count);
		print("=end\n");
	}
	flush();
	return operations && !error ? 0 : 1;
}

/* The stack holds argc, then argv. */
__attribute__((noreturn, used)) void begin(const long *stack)
{
	const char *argument = stack[0] > 1 ? (const char *)stack[2] : "/program";
	int is_init = call(__NR_getpid, 0, 0, 0, 0, 0, 0) == 1;
	int status = replay(is_init ? "/program" : argument);

	if (is_init)
		call(__NR_reboot, (long)LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF, 0, 0, 0);
	for (;;)
		call(__NR_exit_group, status, 0, 0, 0, 0, 0);
}

asm(".global _start\n_start: mov x0, sp\n\tb begin");
