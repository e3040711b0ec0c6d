// What glibc offers beyond POSIX and Swift's Glibc module does not show (it needs _GNU_SOURCE).
int memfd_create(const char *name, unsigned int flags);
