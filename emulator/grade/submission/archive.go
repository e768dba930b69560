package submission

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// reader returns what reads the submission at a path. The error is an ErrNone, or the Problem
// of a file that is no archive.
func reader(path string, info fs.FileInfo) (func(context.Context, *tree) error, error) {
	switch {
	case info.IsDir():
		return folder(path), nil
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%w: %s is neither a folder nor a file", ErrNone, path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrNone, path, reasonOf(err))
	}
	defer file.Close()
	if info.Size() == 0 {
		return nil, &Problem{Reason: "the file that was handed in is empty", Upload: true}
	}
	unpack, err := formatOf(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrNone, path, reasonOf(err))
	}
	if unpack == nil {
		return nil, &Problem{Reason: "what was handed in is neither a folder nor a zip, tar, tar.gz or tar.bz2 archive", Upload: true}
	}
	return func(ctx context.Context, t *tree) error {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		t.strict = true
		return unpack(ctx, file, t)
	}, nil
}

// An unpacker writes the files of an archive into a tree.
type unpacker func(ctx context.Context, file *os.File, t *tree) error

// formatOf finds out by its first bytes which archive a file is. It returns nil for other files.
func formatOf(file io.Reader) (unpacker, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return unzip, nil
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return func(ctx context.Context, file *os.File, t *tree) error {
			z, err := gzip.NewReader(bufio.NewReader(file))
			if err != nil {
				return damaged(err)
			}
			return untar(ctx, z, t)
		}, nil
	case bytes.HasPrefix(head, []byte("BZh")):
		return func(ctx context.Context, file *os.File, t *tree) error {
			return untar(ctx, bzip2.NewReader(bufio.NewReader(file)), t)
		}, nil
	case len(head) >= 262 && string(head[257:262]) == "ustar":
		return func(ctx context.Context, file *os.File, t *tree) error {
			return untar(ctx, bufio.NewReader(file), t)
		}, nil
	}
	return nil, nil
}

// damaged is the Problem of an archive that cannot be read to its end.
func damaged(err error) error {
	if _, ok := errors.AsType[*Problem](err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, zip.ErrAlgorithm) {
		return problem("the archive is packed in a way that this program cannot read, want zip's usual one (deflate)")
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return problem("the archive is damaged: it ends too early")
	}
	return problem("the archive is damaged: %v", err)
}
