package submission

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// folder returns a reader of the files of a folder.
func folder(from string) func(context.Context, *tree) error {
	return func(ctx context.Context, t *tree) error {
		base, err := os.Stat(t.root.Name())
		if err != nil {
			return err
		}
		from, err := filepath.EvalSymlinks(from) // the folder itself may be a link
		if err != nil {
			return err
		}
		err = filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return t.take(from, name, d, err, base)
		})
		return err
	}
}

// take takes one entry of a folder. base is the tree itself, which may stand in the folder.
func (t *tree) take(from, name string, d fs.DirEntry, err error, base fs.FileInfo) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil // somebody removed it meanwhile
	}
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(from, name)
	if err != nil {
		return err
	}
	slash := filepath.ToSlash(rel)
	switch {
	case d.IsDir():
		info, err := d.Info()
		if err == nil && os.SameFile(info, base) || t.skips(slash) {
			return filepath.SkipDir
		}
		if _, err := os.Stat(filepath.Join(name, venvMark)); err == nil && slash != "." {
			t.venvs = append(t.venvs, slash)
			return filepath.SkipDir
		}
		return t.dir(slash)
	case t.skips(slash):
		return nil
	case d.Type()&fs.ModeSymlink != 0:
		target, err := os.Readlink(name)
		if err != nil {
			return err
		}
		return t.symlink(slash, filepath.ToSlash(target))
	case !d.Type().IsRegular():
		t.foreign = append(t.foreign, slash)
		return nil
	}
	return t.takeFile(name, slash)
}

func (t *tree) takeFile(name, slash string) error {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return nil // it was replaced meanwhile
	}
	return t.file(slash, info.Mode()&0o111 != 0, file, func(err error) error { return err })
}
