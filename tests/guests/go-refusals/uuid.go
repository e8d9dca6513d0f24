package refusals

import (
	"crypto/rand"
	"encoding/hex"

	"go.temporal.io/sdk/workflow"
)

// Uuid asks for random bytes, as the packages that make UUIDs do.
func Uuid(workflow.Context) (string, error) {
	id := make([]byte, 16)
	_, err := rand.Read(id)
	return hex.EncodeToString(id), err
}
