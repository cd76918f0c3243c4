"""The data of the course, as tensors."""

import torch


def load_lab():
    """Return the lab's eight points: `x_train` float32 (8, 4) and `y_train` int64 (8,), classes 0..2.

    Each row of `x_train` is one sample with four features without units; `y_train` holds
    the index of its class. Every call returns new tensors.

    Source: Lab 06-1 "Softmax Classification" of Deep Learning Zero to All, season 2
    (deeplearningzerotoall/PyTorch).
    """
    x_train = torch.tensor(
        [
            [1.0, 2.0, 1.0, 1.0],
            [2.0, 1.0, 3.0, 2.0],
            [3.0, 1.0, 3.0, 4.0],
            [4.0, 1.0, 5.0, 5.0],
            [1.0, 7.0, 5.0, 5.0],
            [1.0, 2.0, 5.0, 6.0],
            [1.0, 6.0, 6.0, 6.0],
            [1.0, 7.0, 7.0, 7.0],
        ]
    )
    y_train = torch.tensor([2, 2, 2, 1, 1, 1, 0, 0])
    return x_train, y_train
