package order

// What goes in and out of the order workflow and its activities.

// Item is one line of an order.
type Item struct {
	SKU            string `json:"sku"`
	Quantity       uint32 `json:"quantity"`
	UnitPriceCents uint64 `json:"unit_price_cents"`
}

// Order is what the workflow is started with.
type Order struct {
	OrderID  string `json:"order_id"`
	Customer string `json:"customer"`
	Items    []Item `json:"items"`
	// How long to wait for the approve signal; an hour if it is not said.
	ApprovalTimeoutSeconds *uint64 `json:"approval_timeout_seconds,omitempty"`
}

// OrderResult is what the workflow returns.
type OrderResult struct {
	OrderID string `json:"order_id"`
	// Either confirmed or expired.
	Outcome string `json:"outcome"`
	Items   []Item `json:"items"`
	// Goods and shipping.
	TotalCents  uint64        `json:"total_cents"`
	Receipts    []Receipt     `json:"receipts"`
	Reservation Reservation   `json:"reservation"`
	Shipping    ShippingQuote `json:"shipping"`
	ApprovedBy  *string       `json:"approved_by"`
}

// Status is the answer of the status query.
type Status struct {
	Stage        string  `json:"stage"`
	Items        int     `json:"items"`
	GoodsCents   uint64  `json:"goods_cents"`
	ChargedCents uint64  `json:"charged_cents"`
	ApprovedBy   *string `json:"approved_by"`
}

// Approval is the argument of the approve signal.
type Approval struct {
	By string `json:"by"`
}

// Basket is the answer of the add_item update.
type Basket struct {
	Items      int    `json:"items"`
	GoodsCents uint64 `json:"goods_cents"`
}

// Charge is what is to be taken from the customer.
type Charge struct {
	OrderID     string `json:"order_id"`
	AmountCents uint64 `json:"amount_cents"`
	// What the customer reads on the bill.
	Reason string `json:"reason"`
}

// Receipt is the proof of a charge.
type Receipt struct {
	PaymentID   string `json:"payment_id"`
	AmountCents uint64 `json:"amount_cents"`
	// The attempt that succeeded, counted from one.
	Attempt uint32 `json:"attempt"`
}

// StockRequest is what is to be set aside in the warehouse.
type StockRequest struct {
	OrderID string `json:"order_id"`
	Items   []Item `json:"items"`
}

// Reservation is the proof that goods are set aside.
type Reservation struct {
	ReservationID string `json:"reservation_id"`
	Items         uint32 `json:"items"`
}

// Parcel is what is to be sent.
type Parcel struct {
	OrderID string `json:"order_id"`
	Pieces  uint32 `json:"pieces"`
}

// ShippingQuote is what sending costs.
type ShippingQuote struct {
	Carrier    string `json:"carrier"`
	PriceCents uint64 `json:"price_cents"`
}

// goodsCents is what a number of lines costs, without shipping.
func goodsCents(items []Item) (sum uint64) {
	for _, item := range items {
		sum += uint64(item.Quantity) * item.UnitPriceCents
	}
	return sum
}

// chargedCents is what was taken so far.
func chargedCents(receipts []Receipt) (sum uint64) {
	for _, receipt := range receipts {
		sum += receipt.AmountCents
	}
	return sum
}

func pieces(items []Item) (sum uint32) {
	for _, item := range items {
		sum += item.Quantity
	}
	return sum
}
