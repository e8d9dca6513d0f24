// The demo's order: pay, reserve, wait for a person, settle; or give all back when nobody said yes in time.

import * as wf from '@temporalio/workflow';

import type { Approval, Basket, Item, Order, OrderActivities, OrderResult, Receipt, Reservation, Stage, Status } from './messages';

/** How many lines an order may have: what fits on one packing list. */
const MAXIMUM_LINES = 20;
const APPROVAL_TIMEOUT_SECONDS = 3_600;
/** Where the Python worker polls for activities, and where the worker host does for those that it runs itself. */
const ACTIVITY_QUEUE = 'order-activities';
const NATIVE_QUEUE = 'order-native';

const { reserve_stock } = wf.proxyActivities<OrderActivities>({
  taskQueue: ACTIVITY_QUEUE,
  startToCloseTimeout: '300s',
  heartbeatTimeout: '5s',
});
const { refund_payment, release_stock } = wf.proxyActivities<OrderActivities>({
  taskQueue: ACTIVITY_QUEUE,
  startToCloseTimeout: '10s',
});
const { quote_shipping } = wf.proxyActivities<OrderActivities>({ taskQueue: NATIVE_QUEUE, startToCloseTimeout: '10s' });

export const approve = wf.defineSignal<[Approval]>('approve');
export const status = wf.defineQuery<Status>('status');
export const addItem = wf.defineUpdate<Basket, [Item]>('add_item');

/** One order, from payment to confirmation. */
export async function OrderWorkflow(order: Order): Promise<OrderResult> {
  let stage: Stage = 'charging_payment';
  let approvedBy: string | null = null;
  const receipts: Receipt[] = [];
  const goods = () => order.items.reduce((sum, item) => sum + item.quantity * item.unit_price_cents, 0);
  const charged = () => receipts.reduce((sum, receipt) => sum + receipt.amount_cents, 0);

  wf.setHandler(
    approve,
    ({ by }) => {
      approvedBy ??= by;
    },
    { description: 'Says yes. The first name counts.' },
  );
  wf.setHandler(
    status,
    () => ({ stage, items: order.items.length, goods_cents: goods(), charged_cents: charged(), approved_by: approvedBy }),
    { description: 'Says where the order stands.' },
  );
  wf.setHandler(
    addItem,
    (item) => {
      order.items.push(item);
      return { items: order.items.length, goods_cents: goods() };
    },
    {
      description: 'Adds a line. It is paid for once the order is approved.',
      validator: (item) => {
        if (stage !== 'awaiting_approval' || approvedBy !== null) {
          throw new Error('items can be added only while the order awaits approval');
        }
        if (item.quantity === 0) throw new Error(`quantity of ${item.sku} must be at least 1`);
        if (order.items.length === MAXIMUM_LINES) throw new Error(`an order has at most ${MAXIMUM_LINES} lines`);
      },
    },
  );

  receipts.push(await charge(order.order_id, goods(), 'order'));

  stage = 'reserving_stock';
  const reservation = await reserve_stock({ order_id: order.order_id, items: order.items });

  stage = 'quoting_shipping';
  const pieces = order.items.reduce((sum, item) => sum + item.quantity, 0);
  const shipping = await quote_shipping({ order_id: order.order_id, pieces });

  stage = 'awaiting_approval';
  const limitMs = (order.approval_timeout_seconds ?? APPROVAL_TIMEOUT_SECONDS) * 1000;
  const isApproved = await wf.condition(() => approvedBy !== null, limitMs);
  if (isApproved) {
    stage = 'settling';
    receipts.push(await charge(order.order_id, goods() + shipping.price_cents - charged(), 'shipping and added items'));
  } else {
    stage = 'undoing';
    await undo(reservation, receipts);
  }

  stage = 'done';
  return {
    order_id: order.order_id,
    outcome: isApproved ? 'confirmed' : 'expired',
    items: order.items,
    total_cents: goods() + shipping.price_cents,
    receipts,
    reservation,
    shipping,
    approved_by: approvedBy,
  };
}

/** Takes an amount, as often as it needs to succeed. */
async function charge(orderId: string, amountCents: number, reason: string): Promise<Receipt> {
  const { charge_payment } = wf.proxyActivities<OrderActivities>({
    taskQueue: ACTIVITY_QUEUE,
    startToCloseTimeout: '10s',
    retry: { initialInterval: 200, maximumAttempts: 10, nonRetryableErrorTypes: ['CardDeclined'] },
    summary: `charge for ${reason}`,
  });
  return await charge_payment({ order_id: orderId, amount_cents: amountCents, reason });
}

/** Gives back what was taken, in the reverse order. */
async function undo(reservation: Reservation, receipts: Receipt[]): Promise<void> {
  await release_stock(reservation);
  for (const receipt of receipts) await refund_payment(receipt);
}
