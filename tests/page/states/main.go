package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	n := flag.Int("random", 100, "the number of random runs")
	records := flag.Uint64("records", 3000, "the most records of a run")
	out := flag.String("out", "-", "the file; - is standard output")
	flag.Parse()
	if err := write(*out, *n, *records); err != nil {
		fmt.Fprintln(os.Stderr, "states:", err)
		os.Exit(1)
	}
}

// most bounds the bytes of a run.
const most = 4 << 20

// write writes all runs to a file.
func write(name string, n int, records uint64) error {
	file := os.Stdout
	if name != "-" {
		var err error
		if file, err = os.Create(name); err != nil {
			return err
		}
	}
	buffer := bufio.NewWriterSize(file, 1<<20)
	err := writeTo(buffer, n, records)
	if err == nil {
		err = buffer.Flush()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

func writeTo(out io.Writer, n int, records uint64) error {
	w := writer{out: out, records: records, bytes: most}
	if err := fixtures(w.run); err != nil {
		return err
	}
	return random(n, w.run)
}
