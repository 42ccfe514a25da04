package ozonetel

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// maxTokenFile bounds what Load reads, in bytes.
const maxTokenFile = 64 << 10

// TokenFile is a [TokenStore] in one JSON file that only its owner can read.
type TokenFile struct {
	path string
	mu   sync.Mutex
}

// NewTokenFile returns the store at path. The folder must exist; the file need not.
func NewTokenFile(path string) *TokenFile { return &TokenFile{path: path} }

// Load reads the file. No file is no state and no error; a file that cannot be read or
// understood is no state and an error, which does not repeat what is in it. A file that
// others may read is made private first.
func (f *TokenFile) Load() (TokenState, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return TokenState{}, nil
	case err != nil:
		return TokenState{}, fmt.Errorf("token file: %w", err)
	case !info.Mode().IsRegular():
		return TokenState{}, fmt.Errorf("token file %s: not a file", f.path)
	case info.Size() > maxTokenFile:
		return TokenState{}, fmt.Errorf("token file %s: too large", f.path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(f.path, 0o600); err != nil {
			return TokenState{}, fmt.Errorf("token file: %w", err)
		}
	}
	data, err := os.ReadFile(f.path)
	if err != nil {
		return TokenState{}, fmt.Errorf("token file: %w", err)
	}
	var s TokenState
	if err := json.Unmarshal(data, &s); err != nil {
		return TokenState{}, fmt.Errorf("token file %s: not readable as JSON", f.path)
	}
	return s, nil
}

// Save replaces the file in one step: after a crash of the process there is the old state
// or the new one. It does not wait for the disk, which can take seconds while a person
// waits: a power cut may cost the file, and with it one issue of the ten an hour.
func (f *TokenFile) Save(s TokenState) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	data, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("token file: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(f.path), ".token-*") // mode 0600
	if err != nil {
		return fmt.Errorf("token file: %w", err)
	}
	_, err = tmp.Write(append(data, '\n'))
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), f.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("token file: %w", err), os.Remove(tmp.Name()))
	}
	return nil
}
