package tests

import "syscall"

// procAttr has the program end with the tests, should these be killed.
func procAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
