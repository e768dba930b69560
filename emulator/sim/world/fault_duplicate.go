package world

// duplicateFault sends further copies of the message.
func duplicateFault(_ *World, r *rule, s *sending) bool {
	s.copies = append(s.copies, r)
	return true
}
