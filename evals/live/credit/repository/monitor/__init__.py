"""Do applications still look as they should?"""
