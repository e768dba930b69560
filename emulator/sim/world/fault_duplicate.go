package world

// duplicateFault sends extra copies of the message.
func duplicateFault(_ *World, r *rule, s *sending) bool {
	s.copies = append(s.copies, r)
	return true
}
