package room

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
	"gotest.tools/v3/assert"
)

// dockersRights are the capabilities of a container that got no others.
var dockersRights = []uintptr{
	unix.CAP_CHOWN, unix.CAP_DAC_OVERRIDE, unix.CAP_FSETID, unix.CAP_FOWNER, unix.CAP_MKNOD, unix.CAP_NET_RAW, unix.CAP_SETGID,
	unix.CAP_SETUID, unix.CAP_SETFCAP, unix.CAP_SETPCAP, unix.CAP_NET_BIND_SERVICE, unix.CAP_SYS_CHROOT, unix.CAP_KILL,
	unix.CAP_AUDIT_WRITE,
}

// dockersRefusals are calls that Docker's default profile refuses without further
// capabilities.
var dockersRefusals = []uint32{
	unix.SYS_BPF, unix.SYS_FANOTIFY_INIT, unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSOPEN, unix.SYS_FSPICK, unix.SYS_MOUNT,
	unix.SYS_MOUNT_SETATTR, unix.SYS_MOVE_MOUNT, unix.SYS_OPEN_TREE, unix.SYS_PERF_EVENT_OPEN, unix.SYS_QUOTACTL,
	unix.SYS_SETDOMAINNAME, unix.SYS_SETHOSTNAME, unix.SYS_SETNS, unix.SYS_SYSLOG, unix.SYS_UMOUNT2, unix.SYS_UNSHARE,
	unix.SYS_KCMP, unix.SYS_PIDFD_GETFD, unix.SYS_PROCESS_MADVISE, unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV,
	unix.SYS_PROCESS_VM_WRITEV, unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER, unix.SYS_REBOOT,
	unix.SYS_ADD_KEY, unix.SYS_KEYCTL, unix.SYS_REQUEST_KEY, unix.SYS_USERFAULTFD, unix.SYS_OPEN_BY_HANDLE_AT,
}

// namespaceFlags are the flags of clone that Docker's profile refuses.
const namespaceFlags = 0x7E020000

// containedFilter is a filter with these refusals.
func containedFilter() []unix.SockFilter {
	load := func(offset uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
	}
	result := func(k uint32) unix.SockFilter { return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k} }
	unless := func(k uint32, skip uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: k, Jf: skip}
	}
	f := []unix.SockFilter{load(0)}
	for _, number := range dockersRefusals {
		f = append(f, unless(number, 1), result(unix.SECCOMP_RET_ERRNO|uint32(unix.EPERM)))
	}
	return append(f,
		unless(unix.SYS_CLONE3, 1), result(unix.SECCOMP_RET_ERRNO|uint32(unix.ENOSYS)),
		unless(unix.SYS_CLONE, 3), load(16),
		unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: namespaceFlags, Jf: 1},
		result(unix.SECCOMP_RET_ERRNO|uint32(unix.EPERM)),
		result(unix.SECCOMP_RET_ALLOW))
}

// becomeContained runs the tests again as in a container: under Docker's default
// profile, as a user, and as root with Docker's capabilities.
func becomeContained(user string) {
	uid, err := strconv.Atoi(user)
	if err == nil {
		runtime.LockOSThread()
		err = contain(uid)
	}
	if err == nil {
		env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, becomes+"=") })
		err = syscall.Exec("/proc/self/exe", os.Args, env)
	}
	fmt.Println("cannot be as in a container:", err)
	os.Exit(1)
}

// contain makes the calling thread like one in a container.
func contain(uid int) error {
	if os.Geteuid() != 0 {
		// Anybody who gives up new rights may set the filter; the rest needs root.
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return err
		}
	}
	filter := containedFilter()
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if _, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program))); errno != 0 {
		return errno
	}
	if os.Geteuid() != 0 {
		return nil
	}
	for c := uintptr(0); c <= unix.CAP_LAST_CAP; c++ {
		if slices.Contains(dockersRights, c) {
			continue
		}
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); err != nil && !errors.Is(err, unix.EINVAL) {
			return err
		}
	}
	if uid == 0 {
		return nil // exec leaves what the bounding set allows
	}
	for _, call := range [][2]uintptr{{unix.SYS_SETGROUPS, 0}, {unix.SYS_SETGID, uintptr(uid)}, {unix.SYS_SETUID, uintptr(uid)}} {
		if _, _, errno := unix.RawSyscall(call[0], call[1], 0, 0); errno != 0 {
			return errno
		}
	}
	return nil
}

func TestInAContainer(t *testing.T) {
	switch {
	case testing.Short():
		t.Skip("runs most tests twice")
	case Usable(Namespace) != nil:
		t.Skip("it is one")
	}
	for name, uid := range map[string]int{"root": 0, "user": 12_345} {
		t.Run(name, func(t *testing.T) {
			if os.Geteuid() != 0 && uid == 0 {
				t.Skip("needs root")
			}
			// A copy that any user can run.
			dir, err := os.MkdirTemp("", "room")
			assert.NilError(t, err)
			defer os.RemoveAll(dir)
			assert.NilError(t, os.Chmod(dir, 0o777))
			self := filepath.Join(dir, "tests")
			binary, err := os.ReadFile("/proc/self/exe")
			assert.NilError(t, err)
			assert.NilError(t, os.WriteFile(self, binary, 0o755))

			cmd := exec.Command(self, "-test.v", "-test.run=^Test[^I]|^TestInternal", "-test.short")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "TMPDIR="+dir, fmt.Sprint(becomes, "=docker ", uid))
			out, err := cmd.CombinedOutput()
			text := string(out)
			assert.NilError(t, err, "%s", failures(text))
			for _, want := range []string{
				"--- PASS: TestTheBestModeInAContainer",
				"--- PASS: TestConnectionsBetweenNodesAreGivenToTheGrader/seccomp",
				"--- PASS: TestAProgramInGoIsConnectedManyTimesAtOnce/seccomp",
				"--- PASS: TestForeignAddressesAreRefusedAndReported",
			} {
				assert.Assert(t, strings.Contains(text, want), "not in the output: %s\n%s", want, text)
			}
		})
	}
}

// failures leaves out what a test's output says of tests that began, passed or were skipped.
func failures(output string) string {
	lines := strings.Split(output, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool {
		line = strings.TrimSpace(line)
		return strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- PASS") || strings.HasPrefix(line, "--- SKIP")
	}), "\n")
}

func TestTheBestModeInAContainer(t *testing.T) {
	if os.Getenv(becomes) != "" || Usable(Namespace) == nil {
		t.Skip("this is no container")
	}
	assert.ErrorContains(t, Usable(Namespace), "operation not permitted")
	assert.NilError(t, Usable(Seccomp))
	assert.Equal(t, Best(), Seccomp)
}
