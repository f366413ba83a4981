/* A VM with a vGIC, and the ways to reach it. One vCPU runs at a time, and only for its own operation. */
#ifndef VM_H
#define VM_H

#include "program.h"

/* Opens KVM and lays out the guest's memory; a negative errno if there is no KVM. */
long vm_prepare(void);

/* Performs an operation on the current VM; NEW_VM replaces that. */
struct answer vm_perform(const struct operation *operation);

#endif
