/* What exported tests use of QEMU's libqtest.h and GLib, for compiling them without QEMU's sources. */
#include <stdint.h>

#define g_autofree __attribute__((unused))
#define g_assert_cmphex(a, is, b) ((a)is(b) ? (void)0 : assertion_failed(#a))
#define g_assert_not_reached() assertion_failed("unreachable")

typedef struct QTestState QTestState;
typedef struct QDict QDict;

void assertion_failed(const char *what);
char *g_strdup_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void g_test_init(int *argc, char ***argv, ...);
int g_test_run(void);
void qobject_unref(QDict *object);
const char *qdict_get_try_str(const QDict *dict, const char *key);

QTestState *qtest_init(const char *extra_args);
void qtest_quit(QTestState *s);
QDict *qtest_qmp(QTestState *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void qtest_set_irq_in(QTestState *s, const char *path, const char *name, int irq, int level);
void qtest_add_func(const char *path, void (*function)(void));

uint8_t qtest_readb(QTestState *s, uint64_t address);
uint16_t qtest_readw(QTestState *s, uint64_t address);
uint32_t qtest_readl(QTestState *s, uint64_t address);
uint64_t qtest_readq(QTestState *s, uint64_t address);
void qtest_writeb(QTestState *s, uint64_t address, uint8_t value);
void qtest_writew(QTestState *s, uint64_t address, uint16_t value);
void qtest_writel(QTestState *s, uint64_t address, uint32_t value);
void qtest_writeq(QTestState *s, uint64_t address, uint64_t value);
