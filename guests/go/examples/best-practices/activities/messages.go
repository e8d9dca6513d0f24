// Package activities holds the guide's activities and their messages.
package activities

type OrderInput struct {
	OrderID    string   `json:"order_id"`
	CustomerID string   `json:"customer_id"`
	Items      []string `json:"items"`
	Priority   string   `json:"priority"` // zero-value safe
	Amount     float64  `json:"amount"`
}

type OrderResult struct {
	Status     string `json:"status"`
	TrackingID string `json:"tracking_id"`
	TxnID      string `json:"txn_id"`
}

type ProcessInput struct {
	Items []string `json:"items"`
}

type ProcessResult struct {
	Status string `json:"status"`
}

type PaymentInput struct {
	Amount    float64 `json:"amount"`
	CardToken string  `json:"card_token"`
}

type PaymentResult struct {
	TxnID string `json:"txn_id"`
}
