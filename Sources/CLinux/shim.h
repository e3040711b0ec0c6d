// What glibc offers beyond POSIX and Swift's Glibc module does not show (it needs _GNU_SOURCE), or what it
// declares with variable arguments.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

int memfd_create(const char *name, unsigned int flags);

// No new privileges for this process and those that it starts; it ends with its parent. 0, or -1.
static inline int linux_drop_privileges(void) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

enum linux_resource {
  LINUX_CPU_SECONDS = RLIMIT_CPU,
  LINUX_DATA_BYTES = RLIMIT_DATA,
  LINUX_OPEN_FILES = RLIMIT_NOFILE,
  LINUX_FILE_BYTES = RLIMIT_FSIZE,
  LINUX_CORE_BYTES = RLIMIT_CORE,
};

// Lowers a limit of this process for good, where it is higher. 0, or -1.
static inline int linux_lower_limit(enum linux_resource resource, unsigned long most) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0) return -1;
  if (limit.rlim_max > most) limit.rlim_max = most;
  if (limit.rlim_cur > most) limit.rlim_cur = most;
  return setrlimit(resource, &limit);
}
