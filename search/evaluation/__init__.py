"""How good the ranking is: judged questions and public sets, measured through the code paths of real search."""
