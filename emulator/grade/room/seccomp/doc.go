// Package seccomp has the kernel ask the grader about each connection that a node makes
// (seccomp user notification), where namespaces are refused, as in containers.
//
// [Install] puts the filter on the calling thread; programs that it starts inherit it.
// [Serve] answers for the grader. Each call is refused, or goes on unchanged, or goes on
// to a port of the grader's, which replaces the one in the program's memory.
//
// The filter has four rules:
//
//  1. connect waits for the grader, and so do sendto, sendmsg and sendmmsg that may name
//     an address. TCP fast open, which connects by sending, is refused.
//  2. Sockets other than Unix, netlink, TCP and UDP are refused, and so is io_uring, which
//     connects past the filter.
//  3. Calls of other architectures do not exist (ENOSYS).
//  4. Processes cannot look into others (ptrace, process_vm_writev, pidfd_getfd) or
//     signal all there are (kill -1).
//
// It keeps programs apart that are careless. It is not a wall against one that changes an
// address between the grader's look and the kernel's.
package seccomp
