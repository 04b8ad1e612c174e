/// Screens as they should look, one text each.
enum Golden {}
