package world

// delayFault has the message take its time; each copy of it draws its own.
func delayFault(_ *World, r *rule, s *sending) bool {
	s.delays = append(s.delays, r)
	return true
}
