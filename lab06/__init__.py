"""lab06: the helpers behind a course of notebooks on softmax classification.

data      the lab's eight points, and the penguins
losses    softmax, log_softmax, nll_loss and cross_entropy, written by hand
models    the softmax classifier as an `nn.Module`
training  gradient descent that remembers every epoch, and the three published runs
sweep     many models trained at once, as one batched program
plotting  the course's pictures, each with a description in words
explore   live pictures, which move in the browser
check     feedback on the exercises: right, or what the mistake looks like
"""
