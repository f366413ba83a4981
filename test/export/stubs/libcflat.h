/* What exported tests use of kvm-unit-tests' libcflat.h, for compiling them without its sources. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

long atol(const char *text);
char *getenv(const char *name);

bool report(bool pass, const char *format, ...) __attribute__((format(printf, 2, 3)));
void report_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void report_skip(const char *format, ...) __attribute__((format(printf, 1, 2)));
void report_abort(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void report_prefix_push(const char *prefix);
void report_prefix_pop(void);
int report_summary(void);
