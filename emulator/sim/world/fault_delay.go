package world

// delayFault delays the message; each copy draws its own delay.
func delayFault(_ *World, r *rule, s *sending) bool {
	s.delays = append(s.delays, r)
	return true
}
