void on_cpu(int cpu, void (*function)(void *data), void *data);
