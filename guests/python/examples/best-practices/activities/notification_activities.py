"""Tells customers. The client speaks TLS, which no component can: only the worker uses it."""

import smtplib
import ssl

from temporalio import activity


@activity.defn
async def notify_customer(customer_id: str) -> None:
    with smtplib.SMTP_SSL("mail.example", context=ssl.create_default_context()) as mail:
        mail.sendmail("orders@example", customer_id, "Your order is on its way.")
