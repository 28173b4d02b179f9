"""The Gateway HAT in sections: each module has `parts` and `blocks` of its part of the circuit."""
