"""How a store gets from one shape to the next. Applied by `Database.open`; never by hand."""
