package process

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// A message passes between the grader and a keeper, with open files beside it.
type message struct {
	Kind   string
	Spec   *spec  `json:",omitempty"` // start
	PID    int    `json:",omitempty"` // started: as the keeper sees it
	Status uint32 `json:",omitempty"` // exit: of wait4
	Signal int    `json:",omitempty"` // signal
	Count  int    `json:",omitempty"` // sockets: how many
	Error  string `json:",omitempty"` // failed
}

// The kinds of messages. To the keeper:
const (
	kindStart   = "start"   // prepare what the spec says
	kindGo      = "go"      // start the program
	kindSignal  = "signal"  // send a signal to the program's process group
	kindKill    = "kill"    // kill everything and end
	kindSockets = "sockets" // make sockets in the keeper's network; answered by the same kind
)

// From the keeper:
const (
	kindReady   = "ready"   // all is prepared; listeners come with it
	kindStarted = "started" // the program runs
	kindFailed  = "failed"  // it could not be started
	kindExit    = "exit"    // the program ended
)

// A line carries messages both ways.
type line struct {
	conn *net.UnixConn
	mu   sync.Mutex // one sender at a time
}

// newLine returns both ends; the second one is for the keeper.
func newLine() (*line, *os.File, error) {
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	far := os.NewFile(uintptr(ends[1]), "keeper")
	l, err := lineOf(os.NewFile(uintptr(ends[0]), "grader"))
	if err != nil {
		far.Close()
		return nil, nil, err
	}
	return l, far, nil
}

// lineOf takes a file that is a socket over.
func lineOf(f *os.File) (*line, error) {
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	u, ok := c.(*net.UnixConn)
	if !ok {
		c.Close()
		return nil, errors.New("the keeper's line is no Unix socket")
	}
	return &line{conn: u}, nil
}

// send sends a message: its length in four bytes, then JSON. Files go with the length.
func (l *line) send(m message, files ...int) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var rights []byte
	if len(files) > 0 {
		rights = unix.UnixRights(files...)
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	if _, _, err := l.conn.WriteMsgUnix(head, rights, nil); err != nil {
		return err
	}
	_, err = l.conn.Write(body)
	return err
}

// maxFiles is how many files go with one message at most.
const maxFiles = 64

// receive waits for a message and the files beside it.
func (l *line) receive() (message, []*os.File, error) {
	var m message
	head, rights := make([]byte, 4), make([]byte, unix.CmsgSpace(4*maxFiles))
	n, nr, _, _, err := l.conn.ReadMsgUnix(head, rights)
	if err != nil {
		return m, nil, err
	}
	files, err := filesOf(rights[:nr])
	if err == nil && n == 0 {
		err = io.EOF
	}
	if err == nil {
		_, err = io.ReadFull(l.conn, head[n:])
	}
	var body []byte
	if err == nil {
		body = make([]byte, binary.BigEndian.Uint32(head))
		_, err = io.ReadFull(l.conn, body)
	}
	if err == nil {
		err = json.Unmarshal(body, &m)
	}
	if err != nil {
		closeAll(files)
		return m, nil, err
	}
	return m, files, nil
}

func filesOf(rights []byte) ([]*os.File, error) {
	if len(rights) == 0 {
		return nil, nil
	}
	parts, err := unix.ParseSocketControlMessage(rights)
	if err != nil {
		return nil, fmt.Errorf("the keeper's files: %w", err)
	}
	var files []*os.File
	for i := range parts {
		fds, err := unix.ParseUnixRights(&parts[i])
		if err != nil {
			closeAll(files)
			return nil, fmt.Errorf("the keeper's files: %w", err)
		}
		for _, fd := range fds {
			files = append(files, os.NewFile(uintptr(fd), "passed"))
		}
	}
	return files, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

func (l *line) close() { _ = l.conn.Close() }
