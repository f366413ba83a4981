#include <stdbool.h>
#include <stddef.h>
#include <string.h>
