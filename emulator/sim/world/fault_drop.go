package world

// dropFault loses the message.
func dropFault(w *World, r *rule, s *sending) bool {
	w.drop(s.letter, &r.Rule)
	return false
}
