package verify

import (
	"fmt"
	"io"
	"os"

	"rrmq.example/emulator/emulator/cmd/cli"
)

// A meter shows how much has been read, after each read of a file.
type meter struct {
	line  *cli.Line
	total int64 // bytes of all files; 0: not known
	read  int64
}

func newMeter(out io.Writer, names []string) *meter {
	m := &meter{line: cli.New(out)}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			m.total = 0
			break
		}
		m.total += info.Size()
	}
	return m
}

// reader counts the bytes read.
func (m *meter) reader(name string, in io.Reader) io.Reader {
	return &counted{in: in, name: name, meter: m}
}

type counted struct {
	in    io.Reader
	name  string
	meter *meter
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	c.meter.read += int64(n)
	c.meter.line.Tell(c.said)
	return n, err
}

func (c *counted) said() string {
	m := c.meter
	said := fmt.Sprintf("%s: %d MB read", c.name, m.read>>20)
	if m.total > 0 {
		said += fmt.Sprintf(", %d %% of the total", 100*m.read/m.total)
	}
	return said
}
