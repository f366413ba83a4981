extern int nr_cpus;
