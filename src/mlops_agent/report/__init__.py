"""What a run says about itself: drafted by a driver, checked against the record, rendered."""
