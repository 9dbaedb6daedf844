"""The ledger: items, stories, alerts, deliveries, source health. The one home of SQLAlchemy and Alembic."""
