package submission

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"path/filepath"

	"rrmq.example/emulator/emulator/text"
)

// untar writes the files of a tar archive into a tree.
func untar(ctx context.Context, from io.Reader, t *tree) error {
	archive := tar.NewReader(from)
	for first := true; ; first = false {
		if err := ctx.Err(); err != nil {
			return err
		}
		head, err := archive.Next()
		if errors.Is(err, io.EOF) && !first {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return damaged(err)
		}
		if err := untarOne(archive, head, t); err != nil {
			return err
		}
	}
}

func untarOne(archive *tar.Reader, head *tar.Header, t *tree) error {
	if head.Typeflag == tar.TypeXGlobalHeader {
		return nil // git archive writes one
	}
	name, err := local(head.Name)
	if err != nil {
		return err
	}
	switch head.Typeflag {
	case tar.TypeDir:
		return t.dir(name)
	case tar.TypeSymlink:
		return t.symlink(name, head.Linkname)
	case tar.TypeLink:
		return t.hardLink(name, head.Linkname)
	case tar.TypeReg, tar.TypeGNUSparse:
		if name == "." {
			return problem("the archive holds a file without a name")
		}
		return t.file(name, head.Mode&0o111 != 0, archive, damaged)
	}
	return problem("the archive holds %s, which is neither a file nor a folder", text.QuoteShort(name, 200))
}

// hardLink copies a file that the archive holds already, under another name.
func (t *tree) hardLink(name, target string) error {
	target, err := local(target)
	if err != nil || t.skips(target) {
		return err
	}
	from, err := t.root.Open(filepath.FromSlash(target))
	if err != nil {
		return problem("the archive holds a link %s to %s, which does not come before it",
			text.QuoteShort(name, 200), text.QuoteShort(target, 200))
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || name == target {
		return problem("the archive holds a link %s to %s, which is no other file",
			text.QuoteShort(name, 200), text.QuoteShort(target, 200))
	}
	return t.file(name, info.Mode()&0o111 != 0, from, func(err error) error { return err })
}
