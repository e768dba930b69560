package link

// readPlain reads from a socket without a descriptor.
func (p *pump) readPlain() (shut bool, err error) {
	if p.isShut() {
		return true, nil
	}
	p.space()
	n, err := p.socket.Read(p.buf[len(p.buf):cap(p.buf)])
	p.buf = p.buf[:len(p.buf)+n]
	if n > 0 {
		return false, nil // an error comes again
	}
	if len(p.buf) == 0 {
		p.dropBuffer()
	}
	return false, err
}
