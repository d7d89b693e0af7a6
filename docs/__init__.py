"""The page that tells the method, with what draws its pictures and keeps its links true."""
